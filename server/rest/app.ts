import cookie from "@fastify/cookie";
import fastify, { type FastifyError } from "fastify";
import { validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { checkAnswers, writeAnswers } from "./answers.ts";
import type { App, Context } from "./context.ts";
import { installGate } from "./gate.ts";
import { setSecurityHeaders } from "./headers.ts";
import { healthRoutes } from "./health.ts";
import { installOpenApi } from "./openapi.ts";
import { problemOf, sendProblem } from "./problem.ts";
import { agentRoutes } from "./routes/agents.ts";
import { alertRoutes } from "./routes/alerts.ts";
import { calendarRoutes } from "./routes/calendars.ts";
import { claimRoutes } from "./routes/claims.ts";
import { commandRoutes } from "./routes/commands.ts";
import { demoChangeRoutes } from "./routes/demo-changes.ts";
import { demoRoutes } from "./routes/demos.ts";
import { enrolmentRoutes } from "./routes/enrolment.ts";
import { figureRoutes } from "./routes/figures.ts";
import { liveRoutes } from "./routes/live.ts";
import { maintenanceRoutes } from "./routes/maintenance.ts";
import { peopleRoutes } from "./routes/people.ts";
import { promiseRoutes } from "./routes/promise.ts";
import { resetRoutes } from "./routes/reset.ts";
import { roomRoutes } from "./routes/rooms.ts";
import { sessionRoutes } from "./routes/session.ts";
import { templateRoutes } from "./routes/templates.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { verdictRoutes } from "./routes/verdicts.ts";
import { whatIfRoutes } from "./routes/what-if.ts";
import { signInRoutes } from "./sign-in-page.ts";
import { installWebSockets } from "./web-sockets.ts";
import { installWeb } from "./web.ts";

const BODY_LIMIT_BYTES = 1024 * 1024;

/** The HTTP side of the server: every route, behind one gate. */
export async function buildApp(context: Context): Promise<App> {
  const { log, metrics, publicUrl, trustProxy } = context;
  const app: App = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 256 },
    // What the router itself refuses (an address that cannot be read) comes past every hook.
    frameworkErrors: (error, request, reply) => {
      setSecurityHeaders(request, reply, publicUrl);
      sendProblem(reply, problemOf(error, request, log));
    },
    ...(trustProxy === undefined ? {} : { trustProxy }),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(context.checksAnswers === true ? checkAnswers : writeAnswers);
  app.setErrorHandler<FastifyError>((error, request, reply) => sendProblem(reply, problemOf(error, request, log)));
  app.addHook("onRequest", (request, reply, done) => {
    setSecurityHeaders(request, reply, publicUrl);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    // The route, never the address: that may hold a token.
    metrics.answered(request.method, request.routeOptions.url ?? "none", reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
  await app.register(cookie);
  await installWebSockets(app);
  installGate(app, context);
  await installOpenApi(app);
  const page = await installWeb(app, context);
  healthRoutes(app, context);
  signInRoutes(app, context, page);
  await app.register(
    async (api: App) => {
      sessionRoutes(api, context);
      roomRoutes(api, context);
      resetRoutes(api, context);
      claimRoutes(api, context);
      verdictRoutes(api, context);
      demoRoutes(api, context);
      demoChangeRoutes(api, context);
      templateRoutes(api, context);
      alertRoutes(api, context);
      maintenanceRoutes(api, context);
      promiseRoutes(api, context);
      figureRoutes(api, context);
      whatIfRoutes(api, context);
      calendarRoutes(api, context);
      commandRoutes(api, context);
      agentRoutes(api, context);
      enrolmentRoutes(api, context);
      peopleRoutes(api, context);
      tokenRoutes(api, context);
      liveRoutes(api, context);
    },
    { prefix: "/api/v1" },
  );
  await app.ready();
  return app;
}
