import { EnrolInput, EnrolledView, Invite, InviteInput, RenewInput } from "#contract/api/enrolment.ts";
import { rfc3339 } from "#contract/units.ts";
import type { Enrolled } from "../../people/enrolment.ts";
import { actorOf } from "../../people/principal.ts";
import { InputFaults } from "../../planning/input-faults.ts";
import { given } from "../../store/present.ts";
import type { App, Context } from "../context.ts";
import { principalOf } from "./session.ts";

/** Agents come in by a one-time code, and renew what they got before it ends. */
export function enrolmentRoutes(app: App, { enrolment, agentBroker, planner }: Context): void {
  const enrolled = ({ authority, issued, expires, ...rest }: Enrolled, host: string): EnrolledView => {
    const { publicKey: _, ...one } = rest;
    const { ca } = agentBroker;
    return {
      ...one,
      rooms: [...one.rooms],
      issued_at: rfc3339(issued),
      expires_at: rfc3339(expires),
      broker: { url: agentBroker.url(host), ...given({ ca: ca === "ours" ? authority : ca?.pem }) },
    };
  };

  app.post(
    "/agents/invite",
    {
      schema: {
        tags: ["agents"],
        summary: "Make a one-time code by which an agent gets a key of its own; an open one of it ends",
        body: InviteInput,
        response: { 201: Invite },
      },
    },
    async (request, reply) => {
      const { agent, site } = request.body;
      const ofSite = [...planner.plans.values()].filter((plan) => plan.site === site).map(({ key }) => key);
      const rooms = request.body.rooms ?? ofSite;
      const unknown = rooms.filter((room) => !ofSite.includes(room));
      if (rooms.length === 0) throw new InputFaults([{ where: "site", why: `there is no room at ${site}` }]);
      if (unknown.length > 0)
        throw new InputFaults(unknown.map((room) => ({ where: "rooms", why: `there is no room ${room} at ${site}` })));
      const { code, expires } = await enrolment.invite({ agent, site, rooms }, actorOf(principalOf(request)));
      void reply.header("cache-control", "no-store");
      return reply.code(201).send({ agent, code, rooms, expires_at: rfc3339(expires) });
    },
  );

  app.post(
    "/enrol",
    {
      schema: {
        tags: ["agents"],
        summary: "For agents: exchange a one-time code and a request for a certificate of one's own",
        body: EnrolInput,
        response: { 201: EnrolledView },
      },
    },
    async (request, reply) => {
      const got = await enrolment.enrol(request.body, request.ip);
      void reply.header("cache-control", "no-store");
      return reply.code(201).send(enrolled(got, request.hostname));
    },
  );

  app.post(
    "/enrol/renew",
    {
      schema: {
        tags: ["agents"],
        summary: "For agents: the next certificate, asked for with the present one",
        body: RenewInput,
        response: { 201: EnrolledView },
      },
    },
    async (request, reply) => {
      const got = await enrolment.renew(request.body, request.ip);
      void reply.header("cache-control", "no-store");
      return reply.code(201).send(enrolled(got, request.hostname));
    },
  );
}
