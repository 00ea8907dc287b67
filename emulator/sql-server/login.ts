import { SqlError } from "../data/sql-error";
import type { ServerInstance } from "./engine/server-instance";
import { Session } from "./engine/session";
import { engineBug } from "./engine-bug";
import { type Login7, readLogin7 } from "./tds/login7";
import { standardPacketSize } from "./tds/packet";
import { Response, type ResponseContext } from "./tds/response";
import { acknowledgedVersion, negotiateVersion, type TdsVersion } from "./tds/tds-version";
import { doneToken, environment, writeLoginAck, writeTextChange } from "./tds/tokens";
import { collationOf } from "./values/collation";

/** The login was refused and the client told so; the connection ends. */
export class LoginRefusal extends Error {
  override readonly name = "LoginRefusal";
}

const packetSizes = { least: 512, most: 32_767, standard: standardPacketSize } as const;

/**
 * Answers LOGIN7.
 * @throws LoginRefusal with the refusal sent: 18452, 18456 or 4060; or 50599 for a bug of the engine, which is its `cause`
 */
export function logIn(
  payload: Buffer,
  server: ServerInstance,
  { settle, send }: { readonly settle: () => void; readonly send: (packet: Buffer) => void },
): { readonly session: Session; readonly context: ResponseContext } {
  const login = readLogin7(payload);
  const version = negotiateVersion(login.tdsVersion, server.version.major);
  const answerWith = (using: TdsVersion, session?: Session) =>
    new Response(contextOf(using, packetSizes.standard, server, session), send);
  // SQL Server 2005 and later let clients before 7.1 go no further.
  if (version === undefined)
    return refuse(answerWith(71), new SqlError(18456, "The client's TDS version is not supported.", 14));
  const session = openSession(login, server, settle);
  if (session instanceof SqlError) return refuse(answerWith(version), session, login);
  const response = answerWith(version, session);
  const packetSize = Math.min(packetSizes.most, Math.max(packetSizes.least, login.packetSize || packetSizes.standard));
  greet(response, session, acknowledgedVersion(version, login.tdsVersion), packetSize);
  return { session, context: contextOf(version, packetSize, server, session) };
}

function contextOf(
  version: TdsVersion,
  packetSize: number,
  server: ServerInstance,
  session: Session | undefined,
): ResponseContext {
  return {
    version,
    packetSize,
    serverName: server.name,
    collation: () => session?.collation ?? collationOf(server.instance.collation),
    transactionDescriptor: undefined,
    transactionsBegun: 0,
  };
}

function openSession(asked: Login7, server: ServerInstance, settle: () => void): Session | SqlError {
  if (asked.integrated)
    return new SqlError(
      18452,
      "Login failed. The login is from an untrusted domain and cannot be used with Windows authentication.",
      14,
    );
  try {
    settle();
    const login = server.instance.data.login(asked.userName);
    if (!login || login.password !== asked.password) return loginFailed(asked.userName);
    return new Session(server, login, asked);
  } catch (error) {
    return error instanceof SqlError ? error : engineBug(error);
  }
}

function loginFailed(userName: string): SqlError {
  return new SqlError(18456, `Login failed for user '${userName}'.`, 14);
}

function refuse(response: Response, error: SqlError, login?: Login7): never {
  response.error(error, 1);
  if (error.number === 4060 && login) response.error(loginFailed(login.userName), 1);
  response.end(doneToken.done);
  throw new LoginRefusal(error.message, { cause: error.cause });
}

/** Database, language, LOGINACK and packet size, in SQL Server's order. */
function greet(response: Response, session: Session, tdsVersion: number, packetSize: number): void {
  const { writer } = response;
  response.databaseChanged(session.database.name, "master");
  writeTextChange(writer, environment.language, session.settings.language, "");
  response.message("Changed language setting to us_english.", { number: 5703, severity: 0, state: 1, line: 1 });
  writeLoginAck(writer, tdsVersion, session.server.version);
  writeTextChange(writer, environment.packetSize, String(packetSize), String(packetSizes.standard));
  response.end();
}
