/** @param {{ quantity: number }} input */
export default function ({ quantity }) {
  console.log("priced");
  return { total: quantity * 4.5 };
}
