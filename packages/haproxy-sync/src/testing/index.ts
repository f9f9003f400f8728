export * from "./DataplaneEmulator.ts"
export * from "./Emulator.ts"
export * from "./Faults.ts"
export { addFault, faultNames, type FaultName, type FaultSpec, faultSpec, namedFaults } from "./namedFaults.ts"
