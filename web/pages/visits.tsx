export const VisitsPage = () => null;
