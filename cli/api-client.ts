/** A refusal of the API, with its stable code. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";

  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** A thin client of the HTTP API, as an internal tool would write it. */
export class ApiClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  get<T = Record<string, unknown>>(path: string): Promise<T> {
    return this.#send<T>("GET", path);
  }

  post<T = Record<string, unknown>>(
    path: string,
    body: unknown = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    return this.#send<T>("POST", path, body, headers);
  }

  /** @throws ApiProblem for every answer that is not 2xx */
  async #send<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<T> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = (await response.json()) as T & { code?: string; detail?: string };
    if (!response.ok)
      throw new ApiProblem(response.status, answer.code ?? "unknown", answer.detail ?? response.statusText);
    return answer;
  }
}
