/** Who someone is to the others: a name if they chose one, otherwise "a writer"; a colour, and ink that can be read on it. */

export interface Guest {
  id: string;
  name: string;
  named: boolean;
  /** `#rrggbb` */
  colour: string;
  ink: string;
}

const UNKNOWN_COLOUR = "#4a5c68";
const NAMELESS = "a writer";
/** luminance above which black can be read better than white (WCAG 2 relative luminance) */
const LIGHT = 0.179;

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

export function guest(id: string, name: string | null, colour: string): Guest {
  const known = /^#[0-9a-f]{6}$/i.test(colour) ? colour : UNKNOWN_COLOUR;
  return { id, name: name || NAMELESS, named: Boolean(name), colour: known, ink: luminance(known) > LIGHT ? "#000" : "#fff" };
}

/** The person in an awareness state, as the server wrote it. */
export function guestOf(state: Record<string, unknown>): Guest {
  const user = (state.user ?? {}) as { id?: unknown; name?: unknown; colour?: unknown };
  return guest(String(user.id ?? ""), typeof user.name === "string" ? user.name : null, String(user.colour ?? ""));
}
