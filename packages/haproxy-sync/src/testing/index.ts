export * from "./Emulator.ts"
export * from "./Faults.ts"
