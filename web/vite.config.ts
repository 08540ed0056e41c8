import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where the server listens while the application is developed; the same variable that `greenroom start` reads. */
const server = `http://127.0.0.1:${process.env["PORT"] ?? "8080"}`;

/** Builds the single-page application into `web/dist`; in development hands `/api` on to the server. */
export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2023",
    // Nothing is inlined as a data URL, so that the page needs no such exception in its security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { port: 5173, proxy: { "/api": { target: server, ws: true } } },
});
