/** The process. */

import { configOrExit } from "./config.js";
import { createLog } from "./log.js";
import { createService } from "./service.js";
import { Store } from "./store.js";

const log = createLog();
const config = configOrExit(process.env);
const service = createService(new Store(config, log), log);
await service.start(config.PORT);
log.info({ port: config.PORT }, "listening");

for (const signal of ["SIGTERM", "SIGINT"]) {
  process.once(signal, async () => {
    log.info("stopping");
    await service.stop();
    process.exit(0);
  });
}
