interface VSwitch {
  readonly vpcId: string;
  readonly zoneId: string;
}

/** The VPCs of the region: one with one vSwitch in one zone, and those that are added. */
export class VirtualNetwork {
  readonly vSwitchId = "vsw-local";
  readonly zoneId: string;
  readonly #vSwitches: Map<string, VSwitch>;

  constructor(readonly regionId: string) {
    this.zoneId = `${regionId}-b`;
    this.#vSwitches = new Map([[this.vSwitchId, { vpcId: "vpc-local", zoneId: this.zoneId }]]);
  }

  addVSwitch(vSwitchId: string, vSwitch: VSwitch): void {
    this.#vSwitches.set(vSwitchId, vSwitch);
  }

  vSwitch(vSwitchId: string): VSwitch | undefined {
    return this.#vSwitches.get(vSwitchId);
  }

  /** Zones in which instances are sold. */
  zones(): string[] {
    return [...new Set([...this.#vSwitches.values()].map(({ zoneId }) => zoneId))];
  }
}
