"""Tables of notices: what a person is told, and how the person wants to be told."""

from __future__ import annotations

from ckan.plugins import toolkit
from sqlalchemy import BigInteger, DateTime, Integer, Text, func
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.lppd.model.tables import Column


class Notice(toolkit.BaseModel):
    """One event told to one person; (`user_id`, `key`) is unique, so it is told once.

    `data` holds what its sentence needs; `mail` is `menunggu`, `terkirim` or `tidak`.
    """

    __tablename__ = "lppd_notice"
    id = Column(BigInteger, primary_key=True)
    user_id = Column(Text, nullable=False)
    kind = Column(Text, nullable=False)
    key = Column(Text, nullable=False)
    isian_id = Column(Text)
    question_id = Column(Text)
    data = Column(JSONB, nullable=False, default=dict)
    created_at = Column(DateTime(timezone=True), server_default=func.clock_timestamp())
    read_at = Column(DateTime(timezone=True))
    mail = Column(Text, nullable=False, default="menunggu")
    mailed_at = Column(DateTime(timezone=True))


class NoticeSetting(toolkit.BaseModel):
    """How often, in which language and of which kinds a person is mailed; no row = the defaults.

    Without a language it is that of the portal.

    A sender holds the person until `claimed_until`, so that two hosts never mail the same notice.
    """

    __tablename__ = "lppd_notice_setting"
    user_id = Column(Text, primary_key=True)
    frequency = Column(Text, nullable=False, default="harian")
    language = Column(Text)
    muted = Column(JSONB, nullable=False, default=list)
    last_mail_at = Column(DateTime(timezone=True))
    claimed_until = Column(DateTime(timezone=True))
    failures = Column(Integer, nullable=False, default=0)
    retry_at = Column(DateTime(timezone=True))
