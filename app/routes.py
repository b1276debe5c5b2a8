"""Every router of the service, in the order they are asked."""

from fastapi import APIRouter

from app.health import router as health

ROUTERS: list[APIRouter] = [health]
