import { problemTypes } from "../../../shared/api/problem";
import { routes } from "../../../shared/api/router";
import { Desk } from "./desk";

// biome-ignore lint/suspicious/noExplicitAny: the document is read as any tool would
let document: any;

beforeAll(async () => {
  document = (await (await Desk.open()).ask("GET", "/openapi.json")).body;
});

interface Operation {
  readonly summary: string;
  readonly parameters?: { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema: object }> };
  readonly responses: Record<string, { description: string; content?: object }>;
  readonly security?: object[];
}

const operations = (): [string, string, Operation][] =>
  Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, string, Operation] => [path, method, operation]),
  );

test("openapi.json is an OpenAPI 3.1 document with a title, a version, a bearer, and an API key", () => {
  expect(document).toMatchObject({
    openapi: expect.stringMatching(/^3\.1\.\d+$/),
    info: { title: "Rewind", version: expect.any(String) },
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" }, key: { type: "http", scheme: "bearer" } },
    },
    security: [{ bearer: [] }, { key: [] }],
  });
});

test("openapi.json lists every route, and no other but the two that belong to none", () => {
  const listed = operations().map(([path, method]) => `${method.toUpperCase()} ${path}`);
  const known = routes.map((route) => `${route.method} /${route.path}`);
  expect(listed.sort()).toEqual([...known, "GET /healthz", "GET /openapi.json"].sort());
});

test("openapi.json lists every problem code", () => {
  expect(document.components.schemas.Problem.properties.code.enum).toEqual(Object.keys(problemTypes));
});

test("openapi.json describes each field that a restore shows, and what stays on the master with its size in bytes", async () => {
  const { Restore, LeftObject } = document.components.schemas;
  expect(Restore.properties.leftOnMaster.items).toEqual({ $ref: "#/components/schemas/LeftObject" });
  expect(document.paths["/restores/{restoreId}"].get.responses["200"].content["application/json"].schema).toEqual({
    $ref: "#/components/schemas/Restore",
  });
  const desk = await Desk.open();
  const left = {
    kind: "table" as const,
    name: "shop.dbo.Orders",
    sizeBytes: 16384,
    sql: "DROP TABLE [shop].[dbo].[Orders];",
  };
  const { body } = await desk.ask("GET", `/restores/${await desk.place({ leftOnMaster: [left] })}`);
  expect(body.leftOnMaster).toEqual([left]);
  expect(Object.keys(LeftObject.properties).sort()).toEqual(Object.keys(left).sort());
  expect(Object.keys(Restore.properties).sort()).toEqual(Object.keys(body).sort());
});

test("declares each parameter of each path once, and answers for each operation", () => {
  for (const [path, , operation] of operations()) {
    const declared = (operation.parameters ?? []).map((parameter) => `${parameter.in} ${parameter.name}`);
    expect(new Set(declared).size).toBe(declared.length);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => `path ${match[1]}`);
    expect(declared.filter((name) => name.startsWith("path "))).toEqual(inPath);
    for (const parameter of operation.parameters ?? []) {
      expect(["path", "query", "header"]).toContain(parameter.in);
      expect(parameter.required).toBe(parameter.in === "path");
      expect(Object.keys(parameter.schema)).not.toEqual([]);
    }
    expect(Object.keys(operation.responses).every((status) => /^([2-5]\d\d|default)$/.test(status))).toBe(true);
    for (const response of Object.values(operation.responses)) expect(response.description).toMatch(/\w/);
    expect(operation.summary).toMatch(/\w/);
  }
});

test("every reference leads somewhere", () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
  expect(references.length).toBeGreaterThan(0);
  for (const reference of references) {
    const target = reference
      .slice(2)
      .split("/")
      .reduce<unknown>((at, name) => (at as Record<string, unknown>)?.[name], document);
    expect(target).toBeDefined();
  }
});

test("openapi.json tells filters, the idempotency key, and the bodies by the schemas that validate", () => {
  const of = (path: string, method: string): Operation => document.paths[path][method];
  const names = (operation: Operation) => operation.parameters?.map((parameter) => parameter.name);
  expect(names(of("/restores", "get"))).toEqual(["masterInstanceId", "limit", "before"]);
  expect(names(of("/restores", "post"))).toEqual(["Idempotency-Key"]);
  expect(names(of("/masters/{masterInstanceId}/objects", "get"))).toEqual(["masterInstanceId", "secretName"]);
  const body = of("/restores", "post").requestBody?.content["application/json"]?.schema;
  expect(body).toMatchObject({
    type: "object",
    additionalProperties: false,
    required: ["masterInstanceId", "objects", "secretName"],
    properties: { writeBack: { enum: ["side-by-side", "same-name", "missing-rows", "none"] } },
  });
});
