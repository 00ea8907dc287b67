import { Connection, type ConnectionConfiguration } from "tedious";
import { connectionStrings } from "../../../emulator/sql-server/connection-strings";
import { serverCertificate } from "../../../emulator/sql-server/tls/certificate";
import { type ListeningInstance, listeningInstance, password } from "./listening-instance";

let local: ListeningInstance;

beforeAll(async () => {
  local = await listeningInstance({ version: "2016" });
});
afterAll(() => local.listeners.close());

/** The line of a client, without its name. */
function line(client: string, authorityFile?: string): string {
  const target = { ...local.address, userName: "dba", password, database: "shop" };
  const found = connectionStrings(target, authorityFile).find((text) => text.trim().startsWith(client));
  return found!.trim().slice(client.length).trim();
}

function connects(configuration: ConnectionConfiguration): Promise<Error | undefined> {
  const connection = new Connection(configuration);
  return new Promise((resolve) =>
    connection.connect((error) => {
      connection.close();
      resolve(error);
    }),
  );
}

test("the line of tedious connects through TLS, and with the authority it checks the certificate", async () => {
  const configuration: ConnectionConfiguration = JSON.parse(line("tedious").replace(/^new Connection\((.*)\)$/, "$1"));
  expect(await connects(configuration)).toBeUndefined();
  const checking = { ...configuration.options, trustServerCertificate: false };
  expect(await connects({ ...configuration, options: checking })).toBeDefined();
  const { authority: ca } = await serverCertificate();
  const knowing = { ...checking, cryptoCredentialsDetails: { ca } };
  expect(await connects({ ...configuration, server: "localhost", options: knowing })).toBeUndefined();
});

test.each(["sqlcmd", "ODBC 18", "JDBC", "SqlClient", "FreeTDS"])(
  "the line of %s names address, login and database",
  (client) => {
    for (const part of [local.address.host, String(local.address.port), "dba", password, "shop"])
      expect(line(client)).toContain(part);
  },
);

test("the authority's file is named only when there is one", () => {
  expect(line("To check", "/tmp/ca.pem")).toContain("/tmp/ca.pem");
  expect(connectionStrings({ ...local.address, userName: "u", password: "p", database: "d" }).join("\n")).not.toContain(
    "certificate instead",
  );
});
