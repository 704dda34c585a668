import "./language-tag.ts";

export { default } from "uplot";
