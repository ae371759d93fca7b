import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { oracleAt } from "./api";
import { App } from "./App";
import { read } from "./env";
import "./style.css";

const root = createRoot(document.getElementById("root")!);
try {
  const env = read((window as { __ENV__?: unknown }).__ENV__);
  root.render(
    <StrictMode>
      <App oracle={oracleAt(env.BACKEND_URL)} />
    </StrictMode>,
  );
} catch (error) {
  root.render(
    <main>
      <div className="banner" role="alert">
        The oracle is set up wrongly: {String(error instanceof Error ? error.message : error)}
      </div>
    </main>,
  );
}
