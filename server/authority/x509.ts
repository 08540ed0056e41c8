import type * as x509 from "@peculiar/x509";

/** What the library asks of `Reflect` while it loads (its injection library's way to mark classes); nothing else here uses it. */
interface Marks {
  getMetadata?: (key: unknown, target: object) => unknown;
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
}

/** The certificate library, loaded when a certificate is made: most processes never need it. */
export async function loadX509(): Promise<typeof x509> {
  const reflect = Reflect as Marks;
  if (reflect.getMetadata === undefined) {
    const marks = new WeakMap<object, Map<unknown, unknown>>();
    const read = (key: unknown, target: object): unknown => marks.get(target)?.get(key);
    reflect.getMetadata = read;
    reflect.getOwnMetadata = read;
    reflect.defineMetadata = (key, value, target) => {
      marks.set(target, (marks.get(target) ?? new Map<unknown, unknown>()).set(key, value));
    };
  }
  return import("@peculiar/x509");
}

/** Keys of agents and of the small authority: ECDSA on P-256, which every TLS 1.2 stack knows. */
export const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
