export const DoorPage = () => null;
