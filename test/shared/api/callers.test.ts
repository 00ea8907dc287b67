import { createHash } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { generateKeyPair } from "jose";
import { bearerIdentity } from "../../../shared/api/identity";
import { audience, bearer, type Claims, Desk, issuer } from "./desk";

/** Who may do what: only a token of the issuer says who somebody is. */
let desk: Desk;

beforeAll(async () => {
  desk = await Desk.open();
  desk.addMaster();
});

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

async function refused(token: string | null, code: string): Promise<string> {
  const answer = await desk.ask("POST", "/restores", { token, body: desk.body() });
  expect(answer).toMatchObject({ status: 401, body: { code } });
  expect(answer.headers["www-authenticate"]).toBe("Bearer");
  expect(desk.world.records()).toEqual([]);
  return answer.body.detail;
}

test("no token, no scheme, another scheme", async () => {
  await refused(null, "token-missing");
  for (const authorization of ["", "Bearer", "Bearer ", "Basic cm9vdDpyb290", "token"]) {
    const answer = await desk.ask("GET", "/restores", { token: null, headers: { authorization } });
    expect(answer).toMatchObject({ status: 401, body: { code: "token-missing" } });
  }
});

const claims: [string, Claims][] = [
  ["expired", { subject: "ann", expires: "-1m" }],
  ["of another issuer", { subject: "ann", issuer: "https://other.example" }],
  ["of another issuer that only begins alike", { subject: "ann", issuer: "https://issuer.example/" }],
  ["for an audience of other case", { subject: "ann", audience: "Rewind" }],
  ["for another audience", { subject: "ann", audience: "payroll" }],
  ["without a subject", {}],
  ["with an empty subject", { subject: " " }],
  ["with an endless subject", { subject: "a".repeat(201) }],
];

test.each(claims)("a token %s", async (_what, claim) => {
  await refused(await desk.token(claim), "token-invalid");
});

test("a token signed by somebody else, under the issuer's name and key id", async () => {
  const { privateKey } = await generateKeyPair("ES256");
  await refused(await bearer({ subject: "ann" }, privateKey), "token-invalid");
});

test("a token that says that it needs no signature", async () => {
  const payload = { iss: "https://issuer.example", aud: "rewind", sub: "ann", exp: 4e9, roles: ["admin"] };
  for (const alg of ["none", "None", "NONE", ""])
    await refused(`${part({ alg, kid: "one" })}.${part(payload)}.`, "token-invalid");
});

test("a token signed with the public key as if it were a shared secret", async () => {
  const secret = createHash("sha256")
    .update(JSON.stringify(await desk.publicJwk()))
    .digest();
  await refused(await bearer({ subject: "ann" }, secret, "HS256"), "token-invalid");
});

test("a token signed with a shared secret, even where the issuer's key set holds that secret", async () => {
  const secret = createHash("sha256").update("shared").digest();
  const identity = bearerIdentity(
    { issuer, audience, jwksUrl: `${issuer}/jwks`, rolesClaim: "roles", mastersClaim: null },
    async () => secret,
  );
  for (const alg of ["HS256", "HS384", "HS512"])
    await expect(identity.verify(await bearer({ subject: "ann" }, secret, alg))).rejects.toMatchObject({
      code: "token-invalid",
    });
});

test("a good token with its payload exchanged, cut, or tripled", async () => {
  const [header, , signature] = (await desk.token({ subject: "ann", roles: ["reader"] })).split(".");
  await refused(`${header}.${part({ sub: "ann", roles: ["admin"], exp: 4e9 })}.${signature}`, "token-invalid");
  for (const token of [`${header}.${signature}`, "a.b.c", "..", `${header}..${signature}`, "x".repeat(10_000)])
    await refused(token, "token-invalid");
});

test("headers that claim an identity are ignored", async () => {
  const forged = {
    "x-forwarded-user": "root",
    "x-user": "root",
    "x-roles": "admin",
    "x-fc-account-id": "1",
    "x-fc-invocation-target": "admin",
    roles: "admin",
  };
  expect(await desk.ask("GET", "/restores", { token: null, headers: forged })).toMatchObject({ status: 401 });
  const reader = await desk.token({ subject: "ann", roles: ["reader"] });
  const answer = await desk.ask("POST", "/restores", { token: reader, body: desk.body(), headers: forged });
  expect(answer).toMatchObject({ status: 403, body: { code: "role-missing" } });
});

test.each([
  ["none", [], 403, 403, 403, 403],
  ["an unknown one", ["owner"], 403, 403, 403, 403],
  ["reader", ["reader"], 200, 403, 403, 403],
  ["requester", ["requester"], 200, 400, 404, 403],
  ["approver", ["approver"], 200, 403, 403, 404],
  ["admin", ["admin"], 200, 400, 404, 404],
  ["as one text", "reader, approver", 200, 403, 403, 404],
  ["as something else", { admin: true }, 403, 403, 403, 403],
  ["with other things among them", [1, null, ["admin"], "reader"], 200, 403, 403, 403],
])("roles: %s", async (_what, roles, list, start, cancel, approve) => {
  const token = await desk.token({ subject: "ann", roles });
  const unknown = "/restores/rw00000000000000";
  const asked = [
    await desk.ask("GET", "/restores", { token }),
    await desk.ask("POST", "/restores", { token, body: {} }),
    await desk.ask("POST", `${unknown}/cancel`, { token, body: {} }),
    await desk.ask("POST", `${unknown}/approve`, { token, body: { planHash: "a".repeat(64) } }),
  ];
  expect(asked.map((answer) => answer.status)).toEqual([list, start, cancel, approve]);
});

test("a role too low is told which one is needed", async () => {
  const token = await desk.token({ subject: "ann", roles: ["reader"] });
  const answer = await desk.ask("POST", "/restores", { token, body: desk.body() });
  expect(answer.body.detail).toMatch(/needs the role requester; the token has reader\. Nothing was started\./);
});

test("automatic approval is refused at once where rows are added to live tables", async () => {
  const answer = await desk.ask("POST", "/restores", {
    token: await desk.token({ subject: "robot", roles: ["requester", "robot"] }),
    body: desk.body({ approval: "automatic", writeBack: "missing-rows" }),
  });
  expect(answer).toMatchObject({
    body: { code: "automatic-approval-not-allowed", detail: expect.stringContaining("live tables") },
  });
  expect(desk.world.records()).toEqual([]);
});

test("automatic approval needs the configured role", async () => {
  const body = desk.body({ approval: "automatic" });
  const token = await desk.token({ subject: "ann", roles: ["requester", "robot"] });
  expect(await desk.ask("POST", "/restores", { token, body })).toMatchObject({
    status: 403,
    body: { code: "automatic-approval-not-allowed" },
  });
  desk.automaticApprovalRole = "robot";
  expect(await desk.ask("POST", "/restores", { body })).toMatchObject({ status: 403 });
  expect(await desk.ask("POST", "/restores", { token, body })).toMatchObject({ status: 202 });
  desk.twoPersonRule = "always";
  expect(await desk.ask("POST", "/restores", { token, body })).toMatchObject({
    status: 403,
    body: { code: "automatic-approval-not-allowed", detail: expect.stringContaining("two-person rule") },
  });
});

test.each([
  ["ann", ["requester"], "required", false],
  ["robin", ["requester", "robot"], "automatic", true],
])(
  "what stands in the record of automatic approval is the right of %s's role: %j",
  async (subject, roles, approval, right) => {
    const doors = await Desk.open();
    doors.addMaster();
    doors.automaticApprovalRole = "robot";
    const token = await doors.token({ subject, roles });
    const { body } = await doors.ask("POST", "/restores", { token, body: doors.body({ approval }) });
    expect(doors.world.record(body.restoreId).automaticApprovalAllowed).toBe(right);
  },
);

test("a repeat by somebody of less rights changes nothing of the restore, and is refused what its own roles refuse", async () => {
  const doors = await Desk.open();
  doors.addMaster();
  doors.automaticApprovalRole = "robot";
  const headers = { "idempotency-key": "one" };
  const body = doors.body({ approval: "automatic" });
  const ask = async (...roles: string[]) =>
    doors.ask("POST", "/restores", { token: await doors.token({ subject: "ann", roles }), body, headers });
  expect((await ask("requester", "robot")).status).toBe(202);
  expect(await ask("requester")).toMatchObject({ status: 403, body: { code: "automatic-approval-not-allowed" } });
  expect(await ask("reader", "robot")).toMatchObject({ status: 403, body: { code: "role-missing" } });
  expect(doors.world.records()).toHaveLength(1);
});

test("to ask whether the function is there needs no token", async () => {
  expect(await desk.ask("GET", "/healthz", { token: null })).toMatchObject({ status: 200 });
});

test("the document of the API needs a valid token, of any roles", async () => {
  const doors = await Desk.open();
  const ask = async (token: string | null) => (await doors.ask("GET", "/openapi.json", { token })).status;
  const valid = await doors.token({ subject: "ann", roles: [] });
  const expired = await doors.token({ subject: "ann", expires: "-1m" });
  expect([await ask(null), await ask(expired), await ask("x"), await ask(valid)]).toEqual([401, 401, 401, 200]);
  doors.openapiPublic = true;
  expect(await ask(null)).toBe(200);
});

describe("an issuer whose keys cannot be read is the cloud's trouble, not the caller's", () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  });

  async function listen(answer: RequestListener): Promise<Server> {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  async function expectUnavailable(server: Server): Promise<void> {
    const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    const identity = bearerIdentity({
      issuer: "https://issuer.example",
      audience: "rewind",
      jwksUrl,
      rolesClaim: "roles",
      mastersClaim: null,
    });
    const token = await desk.token({ subject: "ann" });
    await expect(identity.verify(token)).rejects.toMatchObject({ code: "cloud-unavailable" });
  }

  test("an issuer whose keys cannot be read is the cloud's trouble, not the caller's it hangs up", async () => {
    await expectUnavailable(await listen((request) => request.socket.destroy()));
  });

  test.each([
    [500, "{}"],
    [200, "<html>"],
    [200, '{"keys":7}'],
  ])(
    "an issuer whose keys cannot be read is the cloud's trouble, not the caller's it answers %i %s",
    async (status, body) => {
      await expectUnavailable(await listen((_request, response) => response.writeHead(status).end(body)));
    },
  );
});
