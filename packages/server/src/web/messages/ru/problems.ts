import type { Messages } from "../messages.ts";

export const problems: Messages["problems"] = {
  notFound: "Не найдено",
  denied: "Недостаточно прав",
  deniedHint: "Попросите право у администратора арендатора.",
  conflict: "Уже изменено",
  tooMany: "Слишком много запросов",
  unavailable: "Временно недоступно",
  invalid: "Недопустимое значение",
  failed: "Что-то пошло не так",
  back: "К скриптам",
};
