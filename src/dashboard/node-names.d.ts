/** Names of Node's that the snapshot's types lead to. Nothing of the dashboard uses them. */
declare interface Buffer extends Uint8Array {}
