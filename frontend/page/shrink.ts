/** Photographs are made as small as they are shown before they travel: slow lines are spared, and place and camera stay at home. */

const LONGEST = 2000;
const SMALL_BYTES = 400 * 1024;
/** What is drawn with few colours, or can be seen through, is left as it is. */
const LEFT_ALONE = ["image/png", "image/gif", "image/webp", "image/svg+xml"];

/** The picture as the browser reads it, upright; null if it cannot. */
export const read = (file: File): Promise<ImageBitmap | null> => createImageBitmap(file).catch(() => null);

export function draw(bitmap: ImageBitmap, canvas: HTMLCanvasElement, longest: number): void {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  [canvas.width, canvas.height] = [Math.max(1, Math.round(bitmap.width * scale)), Math.max(1, Math.round(bitmap.height * scale))];
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
}

export async function shrink(file: File, bitmap: ImageBitmap | null): Promise<Blob> {
  if (!bitmap || file.size <= SMALL_BYTES || LEFT_ALONE.includes(file.type)) return file;
  const canvas = document.createElement("canvas");
  draw(bitmap, canvas, LONGEST);
  const smaller = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
  return smaller && smaller.size < file.size ? smaller : file;
}
