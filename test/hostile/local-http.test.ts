import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { CloudError } from "../../emulator/core/cloud-error";
import { SqlServerData } from "../../emulator/data/sql-server-data";
import { LocalCloud } from "../../emulator/local-cloud";
import { parseXml } from "../../emulator/mns/xml";
import { decodeRow, encodeRows } from "../../emulator/tablestore/plain-buffer";
import { encodeMessage } from "../../emulator/tablestore/protocol";
import { openRpc } from "../../shared/cloud/rpc";
import { closeServers, startMns } from "../emulator/mns/local-mns";
import { startTablestore } from "../emulator/tablestore/local-tablestore";
import { anyText, sentText } from "./arbitrary";
import { damaged, exchange } from "./raw-socket";

/** No bytes crash or hang a server of the local cloud, or make it fail in a way that is its own: a good request is served afterwards. */
let reported: jest.SpyInstance;

beforeEach(() => {
  reported = jest.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(async () => {
  // A client that hangs up in the middle of its request is none.
  const bugs = reported.mock.calls.filter(([, error]) => (error as { code?: string }).code !== "ECONNRESET");
  reported.mockRestore();
  await closeServers();
  expect(bugs).toEqual([]);
});

const header = fc.tuple(
  fc.oneof(
    fc.constantFrom(
      "Host",
      "Authorization",
      "Date",
      "x-acs-action",
      "x-acs-version",
      "x-ots-date",
      "Content-Type",
      "Content-Length",
      "Transfer-Encoding",
      "Expect",
    ),
    anyText,
  ),
  anyText,
);

/** Bytes that are HTTP to different degrees. */
function httpBytes(paths: readonly string[]): fc.Arbitrary<Buffer> {
  const whole = fc
    .record({
      method: fc.oneof(fc.constantFrom("GET", "POST", "PUT", "DELETE"), anyText),
      path: fc.oneof(
        fc.constantFrom(...paths),
        anyText.map((text) => `/${text}`),
      ),
      headers: fc.array(header, { maxLength: 6 }),
      body: fc.uint8Array({ maxLength: 200 }),
    })
    .map(({ method, path, headers, body }) =>
      Buffer.concat([
        Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`),
        Buffer.from(headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")),
        Buffer.from(`Content-Length: ${body.length}\r\n\r\n`),
        body,
      ]),
    );
  return fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    whole,
    whole.chain(damaged),
  );
}

async function feed(port: number, paths: readonly string[]): Promise<void> {
  await fc.assert(
    fc.asyncProperty(httpBytes(paths), async (bytes) => {
      const half = Math.floor(bytes.length / 2);
      const answer = await exchange(port, [bytes.subarray(0, half), bytes.subarray(half)]);
      expect(answer.toString("latin1")).not.toMatch(/^HTTP\/1\.1 5(?!03)|EmulatorBug/);
    }),
    { numRuns: 400 },
  );
}

describe("RDS, DTS and KMS", () => {
  let cloud: LocalCloud;
  beforeEach(async () => {
    cloud = await LocalCloud.start({ spareListeners: 1 });
    const nowMs = cloud.clock.nowMs();
    const data = new SqlServerData();
    data.createDatabase("shop", "Chinese_PRC_CI_AS", nowMs);
    cloud.rds.addInstance({
      id: "rm-shop",
      engineVersion: "2008r2",
      storageType: "local_ssd",
      storageGb: 100,
      collation: "Chinese_PRC_CI_AS",
      createdAtMs: nowMs,
      whitelist: {},
      data,
    });
  });
  afterEach(() => cloud.stop());

  const rpc = (service: "rds" | "dts" | "kms") =>
    openRpc({
      service,
      version: versions[service],
      endpoint: cloud.rpcEndpoint,
      protocol: "http",
      credentials: () => ({ accessKeyId: cloud.accessKey.id, accessKeySecret: cloud.accessKey.secret }),
    });
  const stillServes = async () =>
    expect(
      await rpc("rds").call("DescribeDBInstanceAttribute", { DBInstanceId: "rm-shop" }, { changing: false }),
    ).toHaveProperty("Items");

  test("any bytes", async () => {
    await feed(Number(cloud.rpcEndpoint.split(":")[1]), [
      "/",
      "/?Action=DescribeDBInstances&Version=2014-08-15",
      "/?Action=%00&Version=%ff",
    ]);
    await stillServes();
  });

  test.each(["rds", "dts", "kms"] as const)("any parameters of any operation of %s, well signed", async (service) => {
    const client = rpc(service);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...actions[service]),
        fc.dictionary(parameterName, parameterValue),
        async (action, given) => {
          const code = await client.call(action, given, { changing: false }).then(
            () => "",
            (error: { code?: string }) => String(error.code ?? error),
          );
          expect(code).not.toMatch(/EmulatorBug|Timeout|ConnectionLost|BadAnswer|Error:/);
        },
      ),
      { numRuns: 300 },
    );
    await stillServes();
  });
});

const versions = { rds: "2014-08-15", dts: "2020-01-01", kms: "2016-01-20" } as const;
const actions = {
  rds: (
    "AllocateInstancePublicConnection CreateDatabase CreateTempDBInstance DeleteDatabase DescribeAccounts DescribeBackupPolicy DescribeBackups " +
    "DescribeDatabases DescribeDBInstanceAttribute DescribeDBInstanceIPArrayList DescribeDBInstanceNetInfo DescribeDBInstances DescribeLogBackupFiles " +
    "DescribeResourceUsage ListTagResources ModifyDBInstanceDescription ModifySecurityIps ReleaseInstancePublicConnection TagResources UntagResources"
  ).split(" "),
  dts: (
    "ConfigureDtsJob CreateDtsInstance DeleteDtsJob DescribeDTSIP DescribeDtsJobDetail DescribeDtsJobs DescribePreCheckStatus ModifyDtsJobPassword " +
    "ResetDtsJob StartDtsJob StopDtsJob SuspendDtsJob"
  ).split(" "),
  kms: ["GetSecretValue"],
};
const parameterName = fc.oneof(
  fc.constantFrom(
    "DBInstanceId",
    "RegionId",
    "PageNumber",
    "PageSize",
    "StartTime",
    "EndTime",
    "Tag.1.Key",
    "SecurityIps",
  ),
  fc.constantFrom(
    "RestoreTime",
    "BackupId",
    "DBName",
    "CharacterSetName",
    "ResourceId.1",
    "ConnectionStringPrefix",
    "Port",
  ),
  fc.constantFrom("DtsJobId", "DbList", "Type", "Reserve", "DtsJobName", "SourceEndpointInstanceID", "SecretName"),
  sentText,
);
const parameterValue = fc.oneof(
  sentText,
  fc.json(),
  fc.constantFrom("rm-shop", "cn-hangzhou", "shop", "0", "-1", "30", "99999999999999999999", "1e9"),
  fc.constantFrom("2026-02-30T00:00Z", "2026-11-20T00:00:00Z", "[]", "{}", '{"shop":{"name":"shop","all":true}}'),
);

describe("MNS", () => {
  test("any bytes", async () => {
    const mns = await startMns();
    await feed(Number(new URL(mns.endpoint).port), [
      "/",
      "/queues",
      "/queues/q/messages",
      "/queues/q?metaOverride=true",
    ]);
    expect((await mns.client.createQueue("good")).code).toBe(201);
    expect(mns.bugs).toEqual([]);
  });

  const message =
    "<Message><MessageBody>aGVsbG8=</MessageBody><DelaySeconds>1</DelaySeconds><Priority>8</Priority></Message>";
  const queue =
    '<?xml version="1.0"?><Queue xmlns="http://mns.aliyuncs.com/doc/v1/"><DelaySeconds>0</DelaySeconds></Queue>';
  const entities =
    '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY c "&b;&b;&b;&b;">]><Message><MessageBody>&c;&c;</MessageBody></Message>';
  const xml = fc.oneof(
    anyText,
    fc.constantFrom(entities, "<a/><b/>", "<__proto__><x/></__proto__>", `${"<a>".repeat(3000)}${"</a>".repeat(3000)}`),
    ...[
      message,
      queue,
      `<Messages>${message}${message}</Messages>`,
      "<ReceiptHandles><ReceiptHandle>x</ReceiptHandle></ReceiptHandles>",
    ].flatMap((text) => [fc.constant(text), damaged(Buffer.from(text)).map((bytes) => bytes.toString("utf8"))]),
  );

  test("any text is XML with one root, or refused", () => {
    fc.assert(
      fc.property(xml, (text) => {
        try {
          expect(typeof parseXml(text).root).toBe("string");
        } catch (error) {
          if (!(error instanceof CloudError)) throw error;
          expect(error.code).toBe("MalformedXML");
        }
        expect(Object.keys({})).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  test("any body of a well signed request", async () => {
    const mns = await startMns();
    await mns.client.createQueue("q");
    const target = fc.constantFrom(
      ["post", "/queues/q/messages"] as const,
      ["put", "/queues/other"] as const,
      ["delete", "/queues/q/messages"] as const,
      ["put", "/queues/q?metaoverride=true"] as const,
    );
    await fc.assert(
      fc.asyncProperty(target, xml, async ([method, resource], body) => {
        const failure = await mns.client[method](resource, "", body).then(
          () => "",
          (error) => `${error.name} ${error.message}`,
        );
        expect(failure).not.toMatch(/EmulatorBug|ECONN|socket hang up|timeout/i);
      }),
      { numRuns: 300 },
    );
    expect((await mns.client.sendMessage("q", { MessageBody: "aGVsbG8=" })).code).toBe(201);
    expect(mns.bugs).toEqual([]);
  });
});

describe("Tablestore", () => {
  const key = [{ name: "id", value: "one" }];
  const rows = [
    encodeRows([{ key, attributes: [] }] as never),
    encodeRows([
      {
        key,
        attributes: [
          { name: "a", value: 1n },
          { name: "b", value: "text", versionMs: 1n },
          { name: "c", value: true },
        ],
      },
    ] as never),
  ];
  const row = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    ...rows.map(damaged),
  );

  test("any bytes", async () => {
    const tablestore = await startTablestore();
    await feed(tablestore.port, ["/", "/GetRow", "/PutRow", "/ListTable"]);
    expect((await tablestore.client["listTable"]!({})).tableNames).toEqual([]);
    await tablestore.close();
  });

  test("any bytes are a row, or refused", () => {
    for (const bytes of rows) expect(decodeRow(bytes).key).toHaveLength(1);
    fc.assert(
      fc.property(row, (bytes) => {
        try {
          expect(decodeRow(bytes).key.length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof CloudError)) throw error;
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test("any body of a well signed request", async () => {
    const tablestore = await startTablestore();
    tablestore.service.createTable({ name: "t", primaryKey: [{ name: "id", type: "STRING" }] } as never);
    const condition = { rowExistence: "IGNORE" };
    const bodies: [string, (bytes: Buffer) => Buffer][] = [
      ["PutRow", (bytes) => encodeMessage("PutRowRequest", { tableName: "t", row: bytes, condition })],
      [
        "GetRow",
        (bytes) =>
          encodeMessage("GetRowRequest", { tableName: "t", primaryKey: bytes, columnsToGet: [], maxVersions: 1 }),
      ],
      ["DeleteRow", (bytes) => encodeMessage("DeleteRowRequest", { tableName: "t", primaryKey: bytes, condition })],
      [
        "GetRange",
        (bytes) =>
          encodeMessage("GetRangeRequest", {
            tableName: "t",
            direction: "FORWARD",
            columnsToGet: [],
            maxVersions: 1,
            inclusiveStartPrimaryKey: bytes,
            exclusiveEndPrimaryKey: bytes,
          }),
      ],
    ];
    const signed = fc.constantFrom(...bodies).chain(([action, wrap]) =>
      fc.oneof(
        row.map((bytes) => [action, wrap(bytes)] as const),
        damaged(wrap(rows[0]!)).map((bytes) => [action, bytes] as const),
        fc.uint8Array().map((bytes) => [action, Buffer.from(bytes)] as const),
      ),
    );
    await fc.assert(
      fc.asyncProperty(signed, async ([action, body]) => {
        const response = await fetch(`http://127.0.0.1:${tablestore.port}/${action}`, {
          method: "POST",
          headers: signedHeaders(`/${action}`, body),
          body,
        });
        const text = Buffer.from(await response.arrayBuffer()).toString("latin1");
        expect([response.status, text.includes("EmulatorBug")]).toEqual([response.status, false]);
        expect(response.status).toBeLessThan(500);
        expect(text).not.toContain("OTSAuthFailed");
      }),
      { numRuns: 600 },
    );
    expect((await tablestore.client["listTable"]!({})).tableNames).toEqual(["t"]);
    await tablestore.close();
  });
});

/** As the official client signs (see emulator/tablestore/request-signature.ts). */
function signedHeaders(path: string, body: Buffer): Record<string, string> {
  const headers: Record<string, string> = {
    "x-ots-accesskeyid": "key-id",
    "x-ots-apiversion": "2015-12-31",
    "x-ots-contentmd5": createHash("md5").update(body).digest("base64"),
    "x-ots-date": new Date().toISOString(),
    "x-ots-instancename": "rewind",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const signature = createHmac("sha1", "key-secret")
    .update(`${path}\nPOST\n\n${lines.join("")}`)
    .digest("base64");
  return { ...headers, "x-ots-signature": signature };
}
