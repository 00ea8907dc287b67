/** Import this before anything of the product: from then on a defect can stand in for each of these modules' functions. */
jest.mock("../../../../shared/restore/settle", () => mockSwitchable("../../../../shared/restore/settle"));
jest.mock("../../../../shared/restore/ledger", () => mockSwitchable("../../../../shared/restore/ledger"));
jest.mock("../../../../shared/restore/temporary-instance", () =>
  mockSwitchable("../../../../shared/restore/temporary-instance"),
);
jest.mock("../../../../shared/restore/decide/commands", () =>
  mockSwitchable("../../../../shared/restore/decide/commands"),
);
jest.mock("../../../../shared/restore/decide/approving", () =>
  mockSwitchable("../../../../shared/restore/decide/approving"),
);
jest.mock("../../../../shared/restore/decide/starting", () =>
  mockSwitchable("../../../../shared/restore/decide/starting"),
);
jest.mock("../../../../shared/restore/decide/writing", () =>
  mockSwitchable("../../../../shared/restore/decide/writing"),
);
jest.mock("../../../../shared/restore/decide/comparing", () =>
  mockSwitchable("../../../../shared/restore/decide/comparing"),
);
jest.mock("../../../../shared/restore/decide/withdrawing", () =>
  mockSwitchable("../../../../shared/restore/decide/withdrawing"),
);
jest.mock("../../../../shared/restore/decide/ending", () => mockSwitchable("../../../../shared/restore/decide/ending"));
jest.mock("../../../../shared/engine/connect", () => mockSwitchable("../../../../shared/engine/connect"));
jest.mock("../../../../shared/engine/observe/starting", () =>
  mockSwitchable("../../../../shared/engine/observe/starting"),
);
jest.mock("../../../../shared/engine/observe/withdrawing", () =>
  mockSwitchable("../../../../shared/engine/observe/withdrawing"),
);
jest.mock("../../../../shared/engine/sweep-clones", () => mockSwitchable("../../../../shared/engine/sweep-clones"));

function mockSwitchable(path: string): Record<string, unknown> {
  const { switchable } = jest.requireActual<typeof import("./seam")>("./seam");
  return switchable(jest.requireActual(path));
}

export {};
