/** A picture in the text: in place of its address, or below the line while that is being written. */
import { Decoration, WidgetType } from "@codemirror/view";
import type { Picture } from "./picture";

class Shown extends WidgetType {
  constructor(readonly picture: Picture) {
    super();
  }

  override eq(other: Shown): boolean {
    return JSON.stringify(other.picture) === JSON.stringify(this.picture);
  }

  override toDOM(): HTMLElement {
    const { source, words, size } = this.picture;
    const frame = document.createElement("span");
    frame.className = "md-picture";
    const image = document.createElement("img");
    image.alt = words || "Picture without description";
    if (size) [image.width, image.height] = [size.width, size.height];
    // what is gone or does not come is read instead, and takes no room
    image.onerror = () => {
      image.remove();
      below.removeAttribute("aria-hidden");
    };
    image.src = source;
    const below = document.createElement("span");
    below.className = words ? "md-picture-words" : "md-picture-words missing";
    below.textContent = words || "Nobody has said yet what this picture shows.";
    below.setAttribute("aria-hidden", "true");
    frame.append(image, below);
    return frame;
  }

  // a click puts the cursor there, so that its words can be changed
  override ignoreEvent(): boolean {
    return false;
  }
}

export const inPlace = (picture: Picture): Decoration => Decoration.replace({ widget: new Shown(picture) });
export const below = (picture: Picture): Decoration => Decoration.widget({ widget: new Shown(picture), side: 1 });
