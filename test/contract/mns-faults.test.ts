import { closeServers, refusedWith, startMns } from "../emulator/mns/local-mns";

afterEach(closeServers);

async function startWithFault(
  kind: "throttle" | "server-error" | "success-false" | "lost-request" | "lost-reply" | "hang",
) {
  const mns = await startMns();
  mns.service.createQueue("work");
  mns.faults.add({ service: "mns", action: "SendMessage", kind, times: 1, delayMs: 60_000 });
  const send = (client = mns.client) => client.sendMessage("work", { MessageBody: "m" });
  return { ...mns, send };
}

describe("an injected fault", () => {
  it.each([
    ["throttle", refusedWith("TooManyRequests", 429)],
    ["server-error", refusedWith("InternalError", 500)],
  ] as const)("'%s' answers an error once, without doing the work", async (kind, refused) => {
    const { service, send } = await startWithFault(kind);
    await expect(send()).rejects.toMatchObject(refused);
    expect(service.count("work", "Active")).toBe(0);
    expect((await send()).code).toBe(201);
  });

  it("'success-false' answers 503 without XML, which the client does not throw", async () => {
    const { service, send } = await startWithFault("success-false");
    expect(await send()).toMatchObject({ code: 503, body: undefined });
    expect(service.count("work", "Active")).toBe(0);
  });

  it.each([
    ["lost-request", 0],
    ["lost-reply", 1],
  ] as const)("'%s' breaks the connection with %i messages sent", async (kind, count) => {
    const { service, send } = await startWithFault(kind);
    await expect(send()).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(service.count("work", "Active")).toBe(count);
  });

  it("'hang' does the work and answers after the client's patience", async () => {
    const { service, connect, send } = await startWithFault("hang");
    await expect(send(connect({ readTimeout: 200 }))).rejects.toMatchObject({ name: "RequestTimeoutError" });
    expect(service.count("work", "Active")).toBe(1);
  });

  it("an injected fault leaves other operations alone", async () => {
    const { client } = await startWithFault("throttle");
    expect((await client.batchSendMessage("work", [{ MessageBody: "m" }])).code).toBe(201);
  });
});
