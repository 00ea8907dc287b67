/** The servers of the local cloud write failures of their own to stderr: collects them, so that a test can hold that there were none. */
export class ReportedBugs {
  readonly #spy = jest.spyOn(console, "error").mockImplementation(() => {});

  /** What was reported so far; stderr works again afterwards. */
  end(): unknown[] {
    const calls = [...this.#spy.mock.calls];
    this.#spy.mockRestore();
    return calls;
  }
}
