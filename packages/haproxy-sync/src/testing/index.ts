export * from "./DataplaneEmulator.ts"
export * from "./Emulator.ts"
export * from "./Faults.ts"
