export const WallPage = () => null;
