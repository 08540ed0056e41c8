import * as library from "@bacnet-js/client";

type Constructor = typeof library.default.default;

/** Loaders differ in what they call the default of a CommonJS module: the class, or the module that holds it. */
const found: unknown = library.default;
export const BacnetClient = (typeof found === "function" ? found : library.default.default) as Constructor;
export type BacnetClient = InstanceType<Constructor>;
