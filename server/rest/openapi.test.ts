import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../test-server.ts";

let at: TestServer;
beforeAll(async () => {
  at = await startTestServer();
});
afterAll(() => at.stop());

test("the description is valid OpenAPI 3.1, and needs no sign-in", async () => {
  const { status, body } = await at.call("GET", "/api/v1/openapi.json");
  expect(status).toBe(200);
  expect(body.openapi).toBe("3.1.0");
  expect(await new Validator().validate(body)).toEqual({ valid: true });
  expect(Object.keys(body.components.schemas)).toEqual(
    expect.arrayContaining(["Room", "Demo", "DemoInput", "Problem"]),
  );
});

test("every operation says what it is for, who may use it and what a fault looks like", async () => {
  const { body } = await at.call("GET", "/api/v1/openapi.json");
  for (const [path, methods] of Object.entries(body.paths as Record<string, Record<string, Operation>>)) {
    for (const [method, operation] of Object.entries(methods)) {
      expect(`${method} ${path}: ${operation.summary}`).toMatch(/^\w+ \S+: [A-Z]/);
      expect(operation.description).toMatch(/sign-in|roles/);
      expect(operation.tags).toHaveLength(1);
      expect(operation.responses["default"]).toBeDefined();
    }
  }
});

interface Operation {
  summary: string;
  description: string;
  tags: string[];
  responses: Record<string, unknown>;
}

test("the rendered page and its parts are there", async () => {
  const page = await at.call("GET", "/api/v1/docs/");
  expect(page.status).toBe(200);
  expect(page.headers.get("content-security-policy")).toContain("script-src");
  expect((await at.call("GET", "/api/v1/docs/static/swagger-ui-bundle.js")).status).toBe(200);
  expect((await at.call("GET", "/api/v1/docs/json")).body.openapi).toBe("3.1.0");
});
