import type { Messages } from "../messages.ts";

export const playground: Messages["playground"] = {
  title: "Песочница",
  note: "Выражения и шаблоны вычисляются в изоляции этого арендатора прямо при вводе. Введённое хранится в адресе страницы.",
  examplesTitle: "Примеры",
  examples: {
    greeting: "Приветствие",
    total: "Сумма",
    list: "Список",
    date: "Дата",
    fallback: "Запасное значение",
  },
  mode: "Что вычислять",
  modes: { template: "Шаблон", expression: "Выражение" },
  code: "Код",
  data: "Данные",
  dataHint: "Объект JSON; читать можно его имена, например $json.",
  timezone: "Часовой пояс",
  evaluate: "Вычислить",
  result: "Результат",
  nothingYet: "Введите выражение или выберите пример.",
  reads: "Что читается из данных",
  types: {
    null: "Нет значения",
    string: "Текст",
    number: "Число",
    boolean: "Логическое значение",
    array: "Список",
    object: "Объект",
  },
  placeOf: (line, column) => `Строка ${line}, столбец ${column}`,
};
