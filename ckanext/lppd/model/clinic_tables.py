"""Tables of Klinik and Forum Satu Data; what is a record is append-only in the database."""

from __future__ import annotations

from ckan.plugins import toolkit
from sqlalchemy import BigInteger, Boolean, Date, DateTime, ForeignKey, Integer, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.lppd.model.tables import Column, new_id


class Question(toolkit.BaseModel):
    """A question of an agency to the walidata or the pembina; its words are in the messages."""

    __tablename__ = "lppd_question"
    id = Column(Text, primary_key=True, default=new_id)
    year = Column(Integer, nullable=False)
    number = Column(Integer, nullable=False)
    owner_org = Column(Text, nullable=False)
    asker = Column(Text, nullable=False)
    addressed_to = Column(Text, nullable=False)
    topic = Column(Text, nullable=False)
    subject = Column(Text, nullable=False)
    isian_id = Column(Text)
    edition = Column(Text)
    code = Column(Text)
    cell = Column(Text)
    state = Column(Text, nullable=False, default="diajukan")
    created_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())
    updated_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())
    answered_at = Column(DateTime(timezone=True))


class QuestionMessage(toolkit.BaseModel):
    """One message of a thread and the act it came with; append-only."""

    __tablename__ = "lppd_question_message"
    id = Column(BigInteger, primary_key=True)
    question_id = Column(Text, ForeignKey("lppd_question.id"), nullable=False)
    act = Column(Text, nullable=False)
    from_state = Column(Text, nullable=False)
    to_state = Column(Text, nullable=False)
    role = Column(Text, nullable=False)
    author = Column(Text, nullable=False)
    body = Column(Text, nullable=False)
    form_key = Column(Text)
    created_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())


class Faq(toolkit.BaseModel):
    """A version of a public question and answer; the newest one counts; append-only."""

    __tablename__ = "lppd_faq"
    id = Column(BigInteger, primary_key=True)
    question_id = Column(Text, ForeignKey("lppd_question.id"), nullable=False)
    version = Column(Integer, nullable=False)
    shown = Column(Boolean, nullable=False)
    edition = Column(Text)
    code = Column(Text)
    question = Column(Text, nullable=False)
    answer = Column(Text, nullable=False)
    author = Column(Text, nullable=False)
    role = Column(Text, nullable=False)
    created_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())


class Visit(toolkit.BaseModel):
    """A version of an appointment of Klinik; the newest one counts; append-only."""

    __tablename__ = "lppd_visit"
    id = Column(BigInteger, primary_key=True)
    visit_id = Column(Text, nullable=False, default=new_id)
    version = Column(Integer, nullable=False)
    owner_org = Column(Text, nullable=False)
    date = Column(Date, nullable=False)
    place = Column(Text, nullable=False)
    topic = Column(Text, nullable=False)
    subject = Column(Text, nullable=False)
    participants = Column(Text, nullable=False)
    outcome = Column(Text, nullable=False, default="")
    author = Column(Text, nullable=False)
    role = Column(Text, nullable=False)
    created_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())


class ForumDecision(toolkit.BaseModel):
    """A version of an agreed decision of Forum Satu Data; append-only.

    `indicators` is a list of {"edition": ..., "code": ...}.
    """

    __tablename__ = "lppd_forum_decision"
    id = Column(BigInteger, primary_key=True)
    year = Column(Integer, nullable=False)
    number = Column(Integer, nullable=False)
    version = Column(Integer, nullable=False)
    date = Column(Date, nullable=False)
    place = Column(Text, nullable=False)
    members = Column(Text, nullable=False)
    agenda = Column(Text, nullable=False)
    decision = Column(Text, nullable=False)
    indicators = Column(JSONB, nullable=False, default=list)
    link = Column(Text, nullable=False, default="")
    supporting = Column(Text, nullable=False, default="")
    reason = Column(Text, nullable=False, default="")
    author = Column(Text, nullable=False)
    role = Column(Text, nullable=False)
    form_key = Column(Text)
    created_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())
