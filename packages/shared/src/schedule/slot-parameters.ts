/** The parameters that every query of a scheduled batch can use without declaring them; all are timestamptz. */
export const slotParameters = ['slot', 'interval_start', 'interval_end'] as const

/** The time of a slot, and where its interval begins; it ends at the slot's time. */
export interface SlotTimes {
  readonly at: Date
  readonly intervalStart: Date
}
