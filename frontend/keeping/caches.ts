/** Names of what the worker serves without a network: pages without their words, and the files that they load. */
import { OURS } from "./names";

/** scripts, styles and signs; their addresses change with their content */
export const PARTS = `${OURS}parts`;
const SHELLS = `${OURS}shells:`;

/** Pages that were rendered for one person. */
export const shellsOf = (personId: string) => SHELLS + personId;

export const isShells = (name: string): boolean => name.startsWith(SHELLS);
