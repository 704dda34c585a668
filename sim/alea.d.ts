declare module "seedrandom/lib/alea.js" {
  /** Baagøe's recurrence: a carry and the last three numbers drawn. */
  interface AleaState {
    readonly c: number;
    readonly s0: number;
    readonly s1: number;
    readonly s2: number;
  }

  interface AleaGenerator {
    (): number;
    state(): AleaState;
  }

  export default function alea(key: string, options: { readonly state: true }): AleaGenerator;
}
