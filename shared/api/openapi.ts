import * as z from "zod";
import { problemTypes } from "./problem";
import { dryRunSchema, restoreSchema } from "./restore-response";
import { parameterName, type Route } from "./route";

/** OpenAPI 3.1, made from the routes and from the very schemas that validate. */
export function openApiDocument(routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {
    "/healthz": { get: open("Is the function there") },
    "/openapi.json": {
      get: answered("This document. It needs a token, unless openapiPublic is set"),
    },
  };
  for (const route of routes) {
    const path = `/${route.path}`;
    const parameters = route.path.split("/").flatMap((part) => {
      const name = parameterName(part);
      return name === null ? [] : [{ name, in: "path", required: true, schema: { type: "string" } }];
    });
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, parameters) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Rewind",
      version: "0.1.0",
      description:
        "Takes an ApsaraDB RDS for SQL Server instance back to the minute before somebody ran the wrong statement.",
    },
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "A bearer of the configured issuer.",
        },
        key: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "rewind_key_<id>_<secret>",
          description: "A named API key. Its owner is the caller.",
        },
      },
      schemas: {
        Restore: restoreSchema,
        DryRun: dryRunSchema,
        LeftObject: {
          type: "object",
          description: "Something of the restore that stays on the master.",
          required: ["kind", "name", "sizeBytes", "sql"],
          properties: {
            kind: { enum: ["database", "table"] },
            name: { type: "string" },
            sizeBytes: { type: ["integer", "null"], description: "Bytes reserved; null: not measured." },
            sql: { type: "string", description: "Removes it; never run by us." },
          },
        },
        Problem: {
          type: "object",
          required: ["type", "title", "status", "code", "detail"],
          properties: {
            type: { type: "string" },
            title: { type: "string" },
            status: { type: "integer" },
            code: { enum: Object.keys(problemTypes) },
            detail: { type: "string" },
          },
        },
      },
    },
    security: [{ bearer: [] }, { key: [] }],
  };
}

function open(summary: string): Record<string, unknown> {
  return { ...answered(summary), security: [] };
}

function answered(summary: string): Record<string, unknown> {
  return { summary, responses: { "200": { description: "It is." } } };
}

function operation(route: Route, pathParameters: readonly unknown[]): Record<string, unknown> {
  const success = route.method === "GET" || route.path === "plans" ? "200" : "202";
  return {
    summary: `${route.summary} (role ${route.role})`,
    parameters: [...pathParameters, ...queryParameters(route), ...(route.idempotent ? [idempotencyKey] : [])],
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: { "application/json": { schema: z.toJSONSchema(route.body, { io: "input" }) } },
          },
        }
      : {}),
    responses: {
      ...(route.idempotent ? { "200": { description: "The restore that the key belongs to." } } : {}),
      [success]: {
        description: success === "200" ? "The answer." : "Recorded, and on its way.",
        content: { "application/json": { schema: answerSchema(route) } },
      },
      default: {
        description: "Refused; RFC 9457.",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

function answerSchema(route: Route): Record<string, unknown> {
  if (route.path === "plans") return { $ref: "#/components/schemas/DryRun" };
  return route.path === "restores/{restoreId}" || route.idempotent
    ? { $ref: "#/components/schemas/Restore" }
    : { type: "object" };
}

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "The same caller's key with the same body answers the same restore (200); with another body it is refused. Another caller's is another.",
  schema: { type: "string", minLength: 1, maxLength: 200 },
};

function queryParameters(route: Route): unknown[] {
  return Object.entries(route.query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema: z.toJSONSchema(schema as z.ZodType, { io: "input", unrepresentable: "any" }),
  }));
}
