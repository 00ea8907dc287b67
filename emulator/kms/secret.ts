export type VersionStage = "ACSCurrent" | "ACSPrevious";

export interface SecretVersion {
  readonly versionId: string;
  readonly data: string;
  readonly dataType: "text" | "binary";
  readonly createdAtMs: number;
}

/** A secret and its versions. The newest version is current, the one before it previous; older ones have no stage. */
export class Secret {
  readonly #versions: SecretVersion[] = [];

  constructor(readonly name: string) {}

  /** @throws Error when the version id is taken */
  put(version: SecretVersion): void {
    if (this.#find(version.versionId)) throw new Error(`secret ${this.name} has a version ${version.versionId}`);
    this.#versions.push(version);
  }

  /** The version that carries both the id and the stage, where given; the current one without either. */
  version(versionId: string | undefined, stage: string | undefined): SecretVersion | undefined {
    if (versionId === undefined) return this.#versions.find((version) => this.#isIn(version, stage ?? "ACSCurrent"));
    const version = this.#find(versionId);
    return version && (stage === undefined || this.#isIn(version, stage)) ? version : undefined;
  }

  stages(version: SecretVersion): VersionStage[] {
    if (version === this.#versions.at(-1)) return ["ACSCurrent"];
    return version === this.#versions.at(-2) ? ["ACSPrevious"] : [];
  }

  #find(versionId: string): SecretVersion | undefined {
    return this.#versions.find((version) => version.versionId === versionId);
  }

  #isIn(version: SecretVersion, stage: string): boolean {
    return this.stages(version).some((candidate) => candidate === stage);
  }
}
