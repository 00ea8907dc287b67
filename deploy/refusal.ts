/** What the cloud refused, in words: which service, which action, its code, and what to do about it. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly service: string,
    readonly action: string,
    /** The service's code; `NoAnswer` where there was none. */
    readonly code: string,
    readonly advice: string,
    requestId?: string,
  ) {
    const request = requestId ? `, request ${requestId}` : "";
    super(`${service} refused ${action} (${code}${request}). ${advice}`);
  }
}

/**
 * Makes one call of an official client. Whatever it throws becomes a Refusal; messages of the clients are not repeated, because they can
 * carry the signed request.
 * @param service as RAM names it (`ram`, `ots`, `mns`, `log`, `fc`)
 * @param advice replaces the general advice for codes that match
 * @throws Refusal
 */
export async function ask<T>(
  service: string,
  action: string,
  send: () => Promise<T>,
  advice: readonly Advice[] = [],
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    const code = codeOf(error);
    const text = messageOf(error);
    const fitting = [...advice, ...generalAdvice].find(({ when }) => when.test(code) || when.test(text));
    throw new Refusal(service, action, code, fitting?.say(service, action) ?? lastAdvice, requestIdOf(error));
  }
}

/** The value, or undefined where the call is refused with such a code: what is looked for is not there. */
export async function orAbsent<T>(code: RegExp, look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Refusal && code.test(error.code)) return undefined;
    throw error;
  }
}

export interface Advice {
  /** Held against the code and the message. */
  readonly when: RegExp;
  readonly say: (service: string, action: string) => string;
}

const lastAdvice =
  "Look the code up in the service's documentation; run the command again afterwards, it goes on where it stopped.";

/** In this order: a network's refusal of Tablestore has the code of a wrong key. */
const generalAdvice: readonly Advice[] = [
  {
    when: /denied by instance ACL/i,
    say: () =>
      "The Tablestore instance does not allow the network that you come from: allow the Internet in tablestore.networks while deploying.",
  },
  {
    when: /IllegalTimestamp|TimeExpired|RequestTimeTooSkewed|RequestTimeExpired|system time and x-ots-date/i,
    say: () => "The clock of this computer is wrong; set it, because requests are signed with the time.",
  },
  {
    when: /NotOpen|NotActivat|NotEnabled|ServiceNotEnable|UserNotExist|user does not exist|OTSUserNotExist/i,
    say: (service) =>
      `The account has not activated ${products[service] ?? service}; activate it in its console, which costs nothing by itself.`,
  },
  {
    when: /NoPermission|Forbidden|AccessDenied|Unauthorized|no privilege|Access denied/i,
    say: (service, action) =>
      `The key of the person who deploys lacks the RAM action ${service}:${action}; grant it, and run the command again.`,
  },
  {
    when: /AccessKeyId|SignatureDoesNotMatch|SignatureNotMatch|IncompleteSignature|OTSAuthFailed|SecurityToken/i,
    say: () => "ALIBABA_CLOUD_ACCESS_KEY_ID or ALIBABA_CLOUD_ACCESS_KEY_SECRET is wrong, or the key is switched off.",
  },
  {
    when: /Quota|LimitExceed|ExceedLimit|TooMany.*(Instance|Role|Policy|Project)/i,
    say: () => "A quota of the account is used up; remove what is no longer needed, or ask for more in the console.",
  },
  {
    when: /Throttling|TooManyRequests|ServerBusy/i,
    say: () => "The service is busy; run the command again in a minute.",
  },
  {
    when: /NoAnswer|ConnectionLost/,
    say: (service) =>
      `No answer came from ${products[service] ?? service}: look at region and endpoints in rewind.yaml, and at your network. What was done may be there; run the command again.`,
  },
];

/** By the names that RAM knows the services by. */
export const products: Readonly<Record<string, string>> = {
  ram: "RAM",
  ots: "Tablestore",
  mns: "Message Service (SMQ)",
  log: "Simple Log Service",
  fc: "Function Compute",
  rds: "RDS",
  dts: "DTS",
  kms: "KMS",
};

/**
 * The official clients have four ways to say it: `code` (the newer ones), `MNS<Code>Error` as the name, for Tablestore only a code among
 * the bytes of the message, and Node's own codes where no answer came.
 */
function codeOf(error: unknown): string {
  const { code, name } = fieldsOf(error);
  const ots = /OTS[A-Z][A-Za-z]+/.exec(messageOf(error))?.[0];
  if (ots) return ots;
  const mns = typeof name === "string" ? /^MNS(\w+)Error$/.exec(name)?.[1] : undefined;
  if (mns) return mns;
  if (typeof code !== "string" || !/^[\w.-]{1,100}$/.test(code) || /^E[A-Z_]+$/.test(code)) return "NoAnswer";
  return code;
}

function messageOf(error: unknown): string {
  const { message } = fieldsOf(error);
  return typeof message === "string" ? message : "";
}

function requestIdOf(error: unknown): string | undefined {
  const { requestId, data } = fieldsOf(error);
  const found = requestId ?? fieldsOf(data)["requestId"] ?? fieldsOf(data)["RequestId"];
  return typeof found === "string" && found !== "undefined" ? found : undefined;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
