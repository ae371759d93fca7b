import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The ConfigMap's file, as the pod serves it. */
const config: Plugin = {
  name: "config",
  configureServer(server) {
    server.middlewares.use("/config/config.js", (_request, response) => {
      response.setHeader("Content-Type", "text/javascript").end(readFileSync("../frontend-config/config.js"));
    });
  },
};

export default defineConfig({
  plugins: [react(), config],
  server: { proxy: { "/api": "http://127.0.0.1:5000" } },
  test: { environment: "jsdom", globals: true, setupFiles: "src/setup.ts" },
});
