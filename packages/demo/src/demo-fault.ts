/** Something that the demo cannot go on after; the message is for the person who started it. */
export class DemoFault extends Error {}
