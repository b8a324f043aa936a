"""Klinik: questions of producers to walidata and pembina, answers, public FAQ, appointments."""
