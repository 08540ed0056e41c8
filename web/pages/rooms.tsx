export const RoomsPage = () => null;
