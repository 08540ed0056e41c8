export const PromisePage = () => null;
