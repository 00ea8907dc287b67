import { jobDetail } from "../job-answer";
import { type Operation, standardAnswer } from "../operation";

/** DescribeDtsJobDetail: one job, selected by `DtsInstanceID` (capital D, unlike everywhere else) or `DtsJobId`. */
export const describeDtsJobDetail: Operation = (parameters, book) =>
  standardAnswer(jobDetail(book.select(parameters, "DtsInstanceID"), book.world));
