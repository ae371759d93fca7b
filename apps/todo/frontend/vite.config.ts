import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/auth": "http://127.0.0.1:8081", "/tasks": "http://127.0.0.1:8082" } },
  test: { environment: "jsdom", globals: true, setupFiles: "src/setup.ts" },
});
