import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import type { Clock } from "../core/clock";
import { LoopbackServer } from "../http/loopback-server";

/** An identity provider for the local cloud: publishes a key set and signs bearers with it, as a company's own would. */
export class TokenIssuer {
  readonly audience = "rewind";
  readonly #server: LoopbackServer;
  readonly #clock: Clock;
  readonly #privateKey: CryptoKey;
  #port = 0;

  private constructor(clock: Clock, publicKey: JWK, privateKey: CryptoKey) {
    this.#clock = clock;
    this.#privateKey = privateKey;
    const body = JSON.stringify({ keys: [{ ...publicKey, kid: "local", alg: "ES256", use: "sig" }] });
    this.#server = new LoopbackServer(async (request, response) => {
      const found = request.url === "/.well-known/jwks.json";
      response.writeHead(found ? 200 : 404, { "content-type": "application/json" }).end(found ? body : "{}");
    });
  }

  static async start(clock: Clock): Promise<TokenIssuer> {
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const issuer = new TokenIssuer(clock, await exportJWK(publicKey), privateKey);
    issuer.#port = await issuer.#server.listen();
    return issuer;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get jwksUrl(): string {
    return `${this.issuer}/.well-known/jwks.json`;
  }

  /** A bearer for `subject` with the given roles; eight hours unless told otherwise (a negative lifetime makes an expired one). */
  token(subject: string, roles: readonly string[], lifetimeSeconds = 8 * 3600): Promise<string> {
    const nowSeconds = Math.floor(this.#clock.nowMs() / 1000);
    return new SignJWT({ roles: [...roles] })
      .setProtectedHeader({ alg: "ES256", kid: "local" })
      .setSubject(subject)
      .setIssuer(this.issuer)
      .setAudience(this.audience)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + lifetimeSeconds)
      .sign(this.#privateKey);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
