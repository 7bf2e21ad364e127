import type { Messages } from "../messages.ts";
import { plural } from "../plural.ts";

const DAYS = { one: "день", few: "дня", many: "дней", other: "дня" };

export const usage: Messages["usage"] = {
  title: "Потребление и лимиты",
  plan: (name) => `Тариф ${name}`,
  retention: (count) => `Запуски хранятся ${plural("ru", count, DAYS)}.`,
  period: "Период",
  days: (count) => `Последние ${plural("ru", count, DAYS)}`,
  quotas: "Квоты",
  resets: "обнулится",
  quotaNames: {
    executionsPerMonth: "Запуски за месяц",
    cpuSecondsPerMonth: "Секунды ЦП за месяц",
    concurrentExecutions: "Одновременные запуски",
    requestsPerMinute: "Запросы за минуту",
    storedBytes: "Хранимые данные",
    logBytesPerMonth: "Журналы за месяц",
    outboundCallsPerMonth: "Исходящие запросы за месяц",
    serviceCallsPerMonth: "Вызовы сервисов за месяц",
  },
  byDay: "По дням",
  executions: "Запуски",
  failed: "Неудачные",
  cpuSeconds: "Секунды ЦП",
  p95: "p95 времени работы",
  byScript: "По скриптам",
  script: "Скрипт",
  errorRate: "Ошибки",
  cpu: "ЦП",
  none: "За этот период ничего не выполнялось",
  noneText: "Как только скрипты заработают, здесь по дням появятся запуски, время ЦП и ошибки.",
  partial: "Учтены только последние 100 000 запусков.",
  limits: "Пределы одного запуска",
  limit: "Предел",
  default: "По умолчанию",
  max: "Сколько скрипт может запросить",
};
