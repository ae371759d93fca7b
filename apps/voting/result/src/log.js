/** One JSON object a line: time, level, service, msg, and what an event adds. */

import pino from "pino";
import { pinoHttp } from "pino-http";
import { randomUUID } from "node:crypto";

export const SERVICE = "voting-result";

export function createLog(destination) {
  const options = {
    base: { service: SERVICE },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  };
  return pino(options, destination);
}

const line = (request, response, { ms }) => ({ method: request.method, path: request.originalUrl.split("?")[0], status: response.statusCode, ms });

/** The log of requests: never bodies, headers or tokens; health checks not at all. */
export function requestLog(log) {
  return pinoHttp({
    logger: log,
    quietReqLogger: true,
    autoLogging: { ignore: (request) => ["/livez", "/readyz"].includes(request.url) || request.url.startsWith("/socket.io/") },
    genReqId: (request) => request.headers["x-amzn-trace-id"] ?? randomUUID(),
    customAttributeKeys: { reqId: "request_id", responseTime: "ms" },
    customSuccessMessage: () => "request",
    customErrorMessage: () => "request",
    customLogLevel: (request, response) => (response.statusCode >= 500 ? "error" : "info"),
    // pino-http's own fields hold headers, and so tokens.
    serializers: { req: () => undefined, res: () => undefined, err: () => undefined },
    customSuccessObject: line,
    customErrorObject: (request, response, error, values) => line(request, response, values),
  });
}
